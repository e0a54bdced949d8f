// What can be read off a confusion matrix: rows are true classes, columns answers.

export interface Pair {
  truth: number;
  answer: number;
  n: number;
}

export function rowSums(matrix: readonly number[][]): number[] {
  return matrix.map((row) => row.reduce((a, b) => a + b, 0));
}

export function rightCount(matrix: readonly number[][]): number {
  return matrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
}

/** Every mistake that happened, most frequent first. */
export function mistakePairs(matrix: readonly number[][]): Pair[] {
  const pairs: Pair[] = [];
  matrix.forEach((row, truth) =>
    row.forEach((n, answer) => {
      if (n > 0 && truth !== answer) pairs.push({ truth, answer, n });
    }),
  );
  return pairs.sort((a, b) => b.n - a.n || a.truth - b.truth || a.answer - b.answer);
}

/** Where a cell stands between none and the greatest mistake; bent upwards, so that a few are seen. */
export function strength(n: number, greatest: number): number {
  return n > 0 && greatest > 0 ? 0.16 + 0.84 * (n / greatest) ** 0.7 : 0;
}
