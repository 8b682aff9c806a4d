// Interleaves: every contestant is measured once in every round, so that what else the machine does
// falls on all of them alike.

/**
 * @template {{ name: string }} C
 * @template M
 * @param {import("./run.js").Lab} lab
 * @param {C[]} contestants with names of their own
 * @param {(contestant: C) => Promise<M>} measure
 * @returns {Promise<Record<string, M[]>>} by the contestants' names, round by round
 */
export async function interleave(lab, contestants, measure) {
  /** @type {Record<string, M[]>} */
  const measured = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  /** @param {C} contestant */
  const take = async (contestant) => {
    measured[contestant.name].push(await measure(contestant));
  };
  if (lab.smoke) {
    // All at once: nobody reads these figures.
    await Promise.all(contestants.map(take));
    return measured;
  }
  for (const contestant of contestants) await measure(contestant); // warm-up
  for (let round = 0; round < lab.rounds; ++round) {
    // Rotated, so that none always follows the same pause; and every other round backwards, so that
    // none always follows the same other.
    const first = round % contestants.length;
    const order = [...contestants.slice(first), ...contestants.slice(0, first)];
    for (const contestant of round % 2 === 0 ? order : order.reverse()) await take(contestant);
  }
  return measured;
}

/**
 * For figures of which a few percent matter.
 *
 * @param {import("./run.js").Lab} lab
 * @returns {import("./run.js").Lab} with twice as many rounds
 */
export const thorough = (lab) => ({ ...lab, rounds: 2 * lab.rounds + 1 });
