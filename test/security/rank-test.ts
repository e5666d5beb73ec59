/**
 * The Wilcoxon signed-rank test: how probable it is that the members of pairs differ as much as these, or more, in one direction, though
 * nothing tells the first from the second. What slows both members of a pair, such as other processes, does not matter.
 * Two-sided, by the normal approximation, which is exact enough from some 20 pairs.
 */
export function rankTest(pairs: readonly (readonly [number, number])[]): number {
  // Pairs that do not differ say nothing.
  const differences = pairs.map(([first, second]) => first - second).filter((difference) => difference !== 0);
  differences.sort((a, b) => Math.abs(a) - Math.abs(b));
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < differences.length; ) {
    let to = from;
    while (to < differences.length && Math.abs(differences[to]!) === Math.abs(differences[from]!)) to += 1;
    // Equal differences share the mean of their ranks.
    const rank = (from + 1 + to) / 2;
    rankSum += rank * differences.slice(from, to).filter((difference) => difference > 0).length;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const n = differences.length;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  if (variance === 0) return 1;
  const z = (Math.abs(rankSum - (n * (n + 1)) / 4) - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * upperTail(Math.max(0, z)));
}

/** The share of a normal distribution beyond z (Abramowitz and Stegun 26.2.17, to 7 digits). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
