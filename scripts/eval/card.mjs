// What a model card says of its file: size, checksum, tables of scores, threshold, calibration.

/** Three digits, however they were rounded. */
const ROUNDED = 6e-4;

/**
 * Undefined what the card does not say, or not in these words.
 * @param {string} text of MODEL_CARD.md
 * @returns {{ bytes?: number, sha256?: string, threshold?: number, ece?: number,
 *   rows: { label: string, n: number, action: number, strict: number }[] }} rows of its tables of scores
 */
export function readCard(text) {
  const said = (pattern) => pattern.exec(text)?.[1];
  const number = (pattern) => {
    const digits = said(pattern)?.replaceAll(',', '');
    return digits === undefined ? undefined : Number(digits);
  };
  const rows = [...text.matchAll(/^\|([^|]+)\| *(\d+) *\| *([01]\.\d+) *\| *([01]\.\d+) *\|/gm)];
  return {
    bytes: number(/^\| *file *\|.*?([\d,]+) bytes/m),
    sha256: said(/^\| *sha256 *\| *`([0-9a-f]{64})`/m),
    threshold: number(/threshold of (0\.\d+)/),
    ece: number(/calibration error (?:of )?(0\.\d+)/),
    rows: rows.map(([, label, n, action, strict]) => ({
      label: label.replaceAll('**', '').trim(),
      ...{ n: Number(n), action: Number(action), strict: Number(strict) },
    })),
  };
}

/** What the card says otherwise of the file. @param {{ bytes: number, sha256: string }} file */
export function compareFile(card, file) {
  return ['bytes', 'sha256'].flatMap((key) =>
    card[key] === file[key] ? [] : [`file: ${key} is ${file[key]}, the card says ${card[key] ?? 'nothing'}`],
  );
}

/**
 * What the card says otherwise than the scores beside the file: each of them must stand in one of its tables.
 * @param scores set -> {n, action, strict}; names as seedling.scores.json has them
 */
export function compareTables({ rows }, scores) {
  return Object.entries(scores).flatMap(([name, score]) => {
    const row = rows.find(({ label }) => isOf(label, name));
    if (row === undefined) return [`${name}: the card has no row`];
    return ['n', 'action', 'strict'].flatMap((key) =>
      Math.abs(row[key] - score[key]) <= (key === 'n' ? 0 : ROUNDED)
        ? []
        : [`${name}: ${key} is ${score[key]}, the card says ${row[key]}`],
    );
  });
}

/** "scout (robot, radio)" is of scout_train, "delayed" of tests/delayed, "all, by lines (micro)" of micro. */
function isOf(label, name) {
  const plain = name.replace(/^tests\//, '').replace(/_train$/, '');
  return label.split(/[ ,(]/)[0] === plain || label.includes(`(${plain})`);
}

/**
 * Threshold and calibration as measured now. A line that falls otherwise moves the error by its share at most.
 * @param measured {confidence, at_threshold} of all held-out lines, as reportOf returns them
 * @param lines share of the lines that may fall otherwise
 */
export function compareConfidence({ threshold, ece }, { confidence, at_threshold: at }, lines) {
  const differs = (said, found, tolerance) => said !== undefined && !(Math.abs(said - found) <= tolerance + ROUNDED);
  return [
    ...(differs(threshold, at?.threshold, 0) ? [`threshold is ${at?.threshold}, the card says ${threshold}`] : []),
    ...(differs(ece, confidence?.ece, lines) ? [`ece is ${confidence?.ece}, the card says ${ece}`] : []),
  ];
}
