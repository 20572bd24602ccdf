import type { MultipartToComplete } from '../../shared/journals/index.ts';
import { isAppError } from '../../shared/platform/errors.ts';
import type { ObjectStore } from '../../shared/platform/object-store/port.ts';

/**
 * Makes one object of the parts that the phone has named. `false`: one is missing, or is another than was named. Repeated
 * after a lost answer it does nothing; an upload that the object store no longer knows is told by the object that is there or not.
 */
export async function completeMultipart(
  store: Pick<ObjectStore, 'completeMultipart'>,
  objectKey: string,
  upload: MultipartToComplete,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await store.completeMultipart(objectKey, { ...upload, signal });
    return true;
  } catch (error) {
    if (isAppError(error) && error.code === 'upload_incomplete') return false;
    if (isAppError(error) && error.code === 'object_missing') return true;
    throw error;
  }
}
