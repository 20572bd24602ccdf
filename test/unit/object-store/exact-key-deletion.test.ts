import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type DeletionCalls,
  deleteExactKey,
  type KeyVersion,
} from '../../../shared/platform/object-store/exact-key-deletion.ts';

/** A bucket in memory whose lists show `pageSize` entries, keys in order. */
function bucketOf(versions: KeyVersion[], pageSize: number, overrides: Partial<DeletionCalls> = {}) {
  let left = versions.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const calls: DeletionCalls = {
    firstVersions: async (key) => left.filter((version) => version.key.startsWith(key)).slice(0, pageSize),
    deleteVersions: async (gone) => {
      left = left.filter((version) => !gone.includes(version));
    },
    firstUploads: async () => [],
    abortUpload: async () => {},
    ...overrides,
  };
  return { calls, left: () => left };
}

const versionsOf = (key: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ key, versionId: `${n}` }));

describe('deleting an exact key', () => {
  it('leaves exactly what belongs to other keys, whatever the page size', async () => {
    const key = fc.stringMatching(/^[ab/]{1,3}$/);
    const everything = fc.array(fc.record({ key, versionId: fc.uuid() }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(everything, key, fc.integer({ min: 1, max: 5 }), async (versions, victim, pageSize) => {
        const { calls, left } = bucketOf(versions, pageSize);
        const own = versions.filter((version) => version.key === victim);
        expect(await deleteExactKey(victim, calls)).toBe(own.length);
        expect(left()).toHaveLength(versions.length - own.length);
        expect(left().some((version) => version.key === victim)).toBe(false);
      }),
      { seed: 1 },
    );
  });

  it('keeps the one version that is to stay, and nothing else of the key', async () => {
    const [pageSize, kept] = [fc.integer({ min: 2, max: 5 }), fc.nat(8)];
    await fc.assert(
      fc.asyncProperty(fc.nat(9), pageSize, kept, async (count, size, stays) => {
        const { calls, left } = bucketOf([...versionsOf('k', count), ...versionsOf('k/below', 3)], size);
        const wasThere = stays < count;
        expect(await deleteExactKey('k', calls, `${stays}`)).toBe(wasThere ? count - 1 : count);
        const own = left().filter(({ key }) => key === 'k');
        expect(own).toEqual(wasThere ? [{ key: 'k', versionId: `${stays}` }] : []);
        expect(left()).toHaveLength(own.length + 3);
      }),
      { seed: 2 },
    );
  });

  it('aborts uploads before it deletes versions, because one completed in between makes a new version', async () => {
    const order: string[] = [];
    let uploads = [{ key: 'k', uploadId: 'u' }];
    const { calls } = bucketOf([], 10, {
      firstUploads: async () => uploads,
      abortUpload: async () => {
        order.push('abort');
        uploads = [];
      },
      firstVersions: async () => {
        order.push('list versions');
        return [];
      },
    });
    await deleteExactKey('k', calls);
    expect(order).toEqual(['abort', 'list versions']);
  });

  it('gives up on a bucket that never lets go', async () => {
    const { calls } = bucketOf(versionsOf('k', 1), 10, { deleteVersions: async () => {} });
    await expect(deleteExactKey('k', calls)).rejects.toMatchObject({
      class: 'transient',
      code: 'object_versions_remain',
    });
  });
});
