/** The shipped model, its card and the scores beside it say the same; and a card that says otherwise is found out. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { readCalibration } from '../../src/model/confidence.ts';

interface Row {
  readonly label: string;
  readonly n: number;
  readonly action: number;
  readonly strict: number;
}

interface Card {
  readonly bytes?: number;
  readonly sha256?: string;
  readonly threshold?: number;
  readonly ece?: number;
  readonly rows: readonly Row[];
}

interface CardModule {
  readonly readCard: (text: string) => Card;
  readonly compareFile: (card: Card, file: { bytes: number; sha256: string }) => string[];
  readonly compareTables: (card: Card, scores: object) => string[];
  readonly compareConfidence: (card: Card, measured: object, lines: number) => string[];
}

/** What the package may take for its model, bytes. */
const MOST = 2_000_000;

/** From build/test/eval/ up to the repository. */
const root = fileURLToPath(new URL('../../../', import.meta.url));
const seedling = (name: string): string => join(root, 'src/seedling', name);
const { readCard, compareFile, compareTables, compareConfidence } = (await import(
  join(root, 'scripts/eval/card.mjs')
)) as CardModule;

const TEXT = `| file | \`x.gguf\`, 481,088 bytes, GGUF v3 |
| sha256 | \`${'ab'.repeat(32)}\` |

| set | lines | action | strict | strict of the rule parser |
|---|---|---|---|---|
| scout (robot, radio) | 104 | 1.000 | 0.990 | 0.952 |
| **all, by lines (micro)** | 1717 | 0.988 | 0.960 | 0.898 |
| generated, unseen | 1182 | 0.953 | 0.898 |  |
| timers | 35 | 1.000 | 0.943 |

A threshold of 0.571: below it the agent asks. Expected calibration error 0.013.
`;
const SCORES = {
  scout_train: { n: 104, action: 1, strict: 0.9904 },
  micro: { n: 1717, action: 0.9884, strict: 0.9598 },
  generated: { n: 1182, action: 0.9526, strict: 0.8985 },
  'tests/timers': { n: 35, action: 1, strict: 0.9429 },
};

t.test('the shipped file is the one of the card, is small, and the card has every score', async (t) => {
  const card = readCard(readFileSync(seedling('MODEL_CARD.md'), 'utf8'));
  const bytes = readFileSync(seedling('seedling.gguf'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  t.same(compareFile(card, { bytes: bytes.length, sha256 }), []);
  t.ok(bytes.length <= MOST, `${bytes.length} bytes`);
  const { scores } = JSON.parse(readFileSync(seedling('seedling.scores.json'), 'utf8')) as { scores: object };
  t.ok(Object.keys(scores).length > 0);
  t.same(compareTables(card, scores), []);
  const file = openGguf(seedling('seedling.gguf'));
  t.teardown(() => file.close());
  const calibration = readCalibration(file.metadata, file.path);
  t.ok(calibration !== undefined && card.threshold !== undefined, 'the file has a threshold and the card tells it');
  t.same(compareConfidence({ rows: [], threshold: card.threshold! }, { at_threshold: calibration! }, 0), []);
});

t.test('what a card says is read', async (t) => {
  const card = readCard(TEXT);
  t.match(card, { bytes: 481088, sha256: 'ab'.repeat(32), threshold: 0.571, ece: 0.013 });
  t.same(card.rows[0], { label: 'scout (robot, radio)', n: 104, action: 1, strict: 0.99 });
  t.equal(card.rows.length, 4);
  t.same(readCard('nothing'), { bytes: undefined, sha256: undefined, threshold: undefined, ece: undefined, rows: [] });
});

t.test('what it says otherwise is told', async (t) => {
  const card = readCard(TEXT);
  const file = { bytes: 481088, sha256: 'ab'.repeat(32) };
  t.same(compareFile(card, file), []);
  t.match(compareFile(card, { ...file, bytes: 9 }), [/bytes is 9, the card says 481088/]);
  t.match(compareFile(readCard(''), file), [/bytes is .* says nothing/, /sha256 is .* says nothing/]);

  t.same(compareTables(card, SCORES), []);
  const tables = (change: object): string[] => compareTables(card, { ...SCORES, ...change });
  t.match(tables({ micro: { n: 1717, action: 0.9884, strict: 0.9581 } }), [/micro: strict is 0\.9581.* says 0\.96/]);
  t.match(tables({ scout_train: { n: 105, action: 1, strict: 0.9904 } }), [/scout_train: n is 105/]);
  t.match(tables({ 'tests/stop': { n: 20, action: 1, strict: 1 } }), [/tests\/stop: the card has no row/]);

  const measured = { confidence: { ece: 0.0133 }, at_threshold: { threshold: 0.5715 } };
  t.same(compareConfidence(card, measured, 0.005), []);
  t.match(compareConfidence(card, { ...measured, confidence: { ece: 0.03 } }, 0.005), [/ece is 0\.03/]);
  t.match(compareConfidence(card, { ...measured, at_threshold: { threshold: 0.6 } }, 0.005), [/threshold is 0\.6/]);
  t.match(compareConfidence(card, { confidence: null, at_threshold: null }, 0.005), [/threshold/, /ece/]);
});

t.test('without the command sets nothing is reproduced, and nobody is told otherwise', async (t) => {
  // Data lie beside the repository: one that has nothing beside it.
  const link = (name: string) => t.fixture('symlink', join(root, name));
  const repository = {
    build: link('build'),
    node_modules: link('node_modules'),
    scripts: link('scripts'),
    src: link('src'),
  };
  const folder = t.testdir({ repository });
  const script = join(folder, 'repository/scripts/eval/seedling.mjs');
  for (const options of [[], ['--json']]) {
    const args = ['--preserve-symlinks', '--preserve-symlinks-main', script, ...options];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    t.equal(status, 1);
    t.equal(stdout, '');
    t.match(stderr, /\.\.\/shared\/data\/commands is not here: nothing was measured, and no figure of the card/);
  }
});
