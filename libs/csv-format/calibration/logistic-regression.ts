export interface Observation {
  signs: Readonly<Record<string, number>>;
  isRight: boolean;
}

/** Keeps weights finite where a sign decides every observation. */
const RIDGE = 1;
const STEPS = 30;

/** The weights under which the observations are most likely, by Newton's method; `bias` is the constant. */
export function fitWeights(observations: readonly Observation[]): Record<string, number> {
  const names = Object.keys(observations[0]!.signs);
  const rows = observations.map(({ signs }) => [1, ...names.map((name) => signs[name]!)]);
  const size = names.length + 1;
  let weights = new Array<number>(size).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight, i) => (i === 0 ? 0 : -RIDGE * weight));
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? (i === 0 ? 1e-6 : RIDGE) : 0)));
    rows.forEach((row, at) => {
      const odds = row.reduce((sum, value, i) => sum + value * weights[i]!, 0);
      const probability = 1 / (1 + Math.exp(-odds));
      const error = Number(observations[at]!.isRight) - probability;
      const spread = probability * (1 - probability);
      for (let i = 0; i < size; i++) {
        if (row[i] === 0) continue;
        gradient[i]! += error * row[i]!;
        for (let j = 0; j < size; j++) curvature[i]![j]! += spread * row[i]! * row[j]!;
      }
    });
    const move = solve(curvature, gradient);
    weights = weights.map((weight, i) => weight + move[i]!);
    if (Math.max(...move.map(Math.abs)) < 1e-6) break;
  }
  return Object.fromEntries(['bias', ...names].map((name, i) => [name, Math.round(weights[i]! * 100) / 100]));
}

/** Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let i = column; i <= size; i++) rows[row]![i]! -= factor * rows[column]![i]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
