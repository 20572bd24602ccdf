import { ID, type Inhabitant, KINDS, MARK } from './inhabitant.ts';

/** Knows whose everything is, and reads every answer for what is not its reader's. */
export type Witness = {
  /** This id is theirs from now on. */
  owns(owner: Inhabitant, ...ids: readonly string[]): void;
  /** What of an answer is somebody else's; ids the reader has named in a request that was refused are only echoed. */
  foreignIn(reader: Inhabitant, answer: { status: number; text: string }, sent: string): string[];
};

export function createWitness(inhabitants: readonly Inhabitant[]): Witness {
  const owners = new Map<string, Inhabitant>();
  const owns = (owner: Inhabitant, ...ids: readonly string[]) => {
    for (const id of ids) owners.set(id, owner);
  };
  for (const one of inhabitants) {
    owns(one, one.mark, one.person.id);
    for (const kind of KINDS) owns(one, ...one.ids[kind]);
  }
  return {
    owns,
    foreignIn(reader, { status, text }, sent) {
      const echoed = (found: string) => status >= 400 && sent.includes(found);
      const isForeign = (found: string) => {
        const owner = owners.get(found);
        return owner !== undefined && owner !== reader && !echoed(found);
      };
      return [...new Set([...(text.match(MARK) ?? []), ...(text.match(ID) ?? [])])].filter(isForeign);
    },
  };
}
