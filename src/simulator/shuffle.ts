/** The same items in another order: reversed where `random` is always 0. @param random up to 1 */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const left = [...items];
  const taken: Item[] = [];
  while (left.length > 0) {
    const place = left.length - 1 - Math.floor(random() * left.length);
    taken.push(...left.splice(place, 1));
  }
  return taken;
}
