"""What is trained on: the human command sets without their held-out tenth, variants of them, and generated commands."""
import csv
import itertools
import os
import random
import re
from collections import Counter
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Set, Tuple

import generate
from generate import sayings, talk
from generate.words import APPLIANCES
from augment import augment, joined, renamed
from batches import Example, example
from bpe import Tokenizer
from codec import Call, Codec
from labels import repair
from schema import control_tokens
from split import held_out, key, part_of, read_sets, validation, written
from text_passes import text_pass

# set -> (share of what is trained on, variants made of it, how often a name is exchanged)
SETS = {
    'alfred_steps': (.046, 16000, .35), 'home_llm_specific': (.025, 12000, .15), 'huric': (.025, 12000, .5), 'hwu64_iot': (.08, 26000, .3),
    'scan_walk_look_turn_train': (.06, 0, 0), 'scout_train': (.055, 20000, .4), 'snips_media_none': (.042, 13000, .35), 'thingpedia_iot': (.077, 26000, .3),
    'hwu64_none': (.03, 0, 0),
}
SHARES = {'generated': .2, 'sayings': .2, 'talk': .08, 'renamed': .05, 'joined': .03}
"""Of the pools made here; all shares add up to 1."""
OTHER_SKILLS = ('calendar cooking email lists news qa recommendation social takeaway transport general_joke general_quirky general_praise general_explain '
                'general_affirm general_dontcare general_confirm general_negate general_repeat music_likeness play_game').split()

Lines = List[Tuple[str, List[Call]]]


def other_skills(commands: str) -> Lines:
    """Lines of HWU64 that belong to other assistants' skills: none."""
    path = os.path.join(commands, 'hwu64_all_labelled.tsv')
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as f:
        rows = [row for row in csv.reader(f, delimiter='\t', quoting=csv.QUOTE_NONE) if len(row) > 1]
    return [(row[1], [{'action': 'none', 'args': {}}]) for row in rows if row[0].startswith(tuple(OTHER_SKILLS)) and 2 < len(row[1].split()) < 25]


class Data:
    """Tokenizer, training pools and held-out lines. No held-out or validation line is in a pool, and none written to test on (split.written)."""

    def __init__(self, commands: Optional[str], synthetic: int, seed: int, vocab: int, log: Callable[[str], None]):
        sets = {n: rows for n, rows in read_sets(commands).items() if n in SETS} if commands else {}
        self.held, self.validation = part_of(sets, 'heldout'), part_of(sets, 'validation')
        self.blocked = {key(r['text']) for rows in sets.values() for r in rows if held_out(r['text']) or validation(r['text'])} | written()
        human = self._human(sets, commands, log)
        made = self._free(self._passed(generate.lines(seed)), synthetic)
        self.tok = Tokenizer(self._merges(human, made, vocab), control_tokens())
        self.codec = Codec(self.tok)
        said = self._free(self._passed(sayings.lines(seed + 7)), synthetic // 2)
        lines = {'generated': made, 'sayings': said, 'talk': self._free(self._passed(talk.lines(seed + 5)), synthetic // 4), 'renamed': self._free(self._renamed(human, commands, seed), synthetic // 6)}
        if human:
            lines['joined'] = self._free(joined({**human, 'sayings': said}, synthetic // 12, seed), synthetic)
        for n, rows in human.items():
            _, variants, swap = SETS[n]
            lines[n] = self._free(rows * 2 + (augment(rows, variants, seed, swap) if variants else []), 1 << 30)
        self.pools = {n: self._examples(rows, n == 'thingpedia_iot') for n, rows in lines.items() if rows}
        self.test = self._test(seed, {key(t) for rows in lines.values() for t, _ in rows})
        self.weights = {n: SHARES[n] if n in SHARES else SETS[n][0] for n in self.pools}
        for n, pool in self.pools.items():
            log(f'{n}: {len(pool)} examples, share {self.weights[n]}')

    def _human(self, sets: Dict[str, List[dict]], commands: Optional[str], log: Callable[[str], None]) -> Dict[str, Lines]:
        """Lines of the sets to train on, their labels repaired; passed."""
        human: Dict[str, Lines] = {}
        for n, rows in sets.items():
            human[n], lost = [], 0
            for row in rows:
                if key(row['text']) in self.blocked:
                    continue
                text = text_pass(row['text'])
                calls = repair(text, row['expected'])
                if calls:
                    human[n].append((text, calls))
                else:
                    lost += 1
            log(f'{n}: {len(human[n])} to train on, {lost} with labels no words of the text can say, {len(self.held[n])} held out')
        if commands:
            labelled = {key(r['text']) for rows in sets.values() for r in rows}
            human['hwu64_none'] = [(text_pass(t), c) for t, c in other_skills(commands) if key(t) not in labelled and not held_out(t) and not validation(t)]
        return human

    @staticmethod
    def _passed(lines: Iterable[Tuple[str, List[Call]]]) -> Iterator[Tuple[str, List[Call]]]:
        return ((text_pass(t), c) for t, c in lines)

    def _free(self, lines: Iterable[Tuple[str, List[Call]]], count: int) -> Lines:
        """The first `count` passed lines that may be trained on."""
        return list(itertools.islice((line for line in lines if key(line[0]) not in self.blocked), count))

    def _renamed(self, human: Dict[str, Lines], commands: Optional[str], seed: int) -> Iterator[Tuple[str, List[Call]]]:
        """Commands of every kind about rooms and things with rare names, from the words of HWU64 where it is there."""
        seen = Counter(w for t, _ in other_skills(commands or '') for w in re.findall(r'[a-z]{4,}', t.lower()))
        words = sorted(w for w, n in seen.items() if n <= 4) or APPLIANCES
        lines = [line for n, rows in sorted(human.items()) if n not in ('hwu64_none', 'scan_walk_look_turn_train', 'snips_media_none') for line in rows]
        return itertools.chain(renamed(random.Random(seed).sample(lines, len(lines)), words, seed), renamed(self._passed(generate.lines(seed + 9)), words, seed + 1))

    def _merges(self, human: Dict[str, Lines], made: Lines, vocab: int):
        from bpe import train
        texts = [' ' + t for lines in human.values() for t, _ in lines[:3000]] + [' ' + t for t, _ in made[:30000]]
        return train(texts, vocab - 256 - len(control_tokens()))

    def _examples(self, lines: Lines, queries_partial: bool = False) -> List[Example]:
        """queries_partial: queries of these lines tell the action only (device and area are unlabelled there)."""
        out = []
        for text, calls in lines:
            calls = repair(text, calls)
            e = example(self.codec, text, calls, queries_partial and len(calls) == 1 and calls[0]['action'] == 'query' and 'area' not in calls[0]['args']) if calls else None
            if e:
                out.append(e)
        return out

    def _test(self, seed: int, seen: Set[str]) -> Dict[str, List[dict]]:
        """Generated commands whose keys no pool has."""
        rows = ({'text': t, 'expected': c} for t, c in generate.lines(seed + 1000003) if key(t) not in seen)
        return {'generated': [r for r in itertools.islice(rows, 1200) if repair(text_pass(r['text']), r['expected']) == self._plan(r['expected'])]}

    @staticmethod
    def _plan(calls: List[Call]) -> List[Call]:
        """The plan with strings passed: what a line that can be answered exactly comes out as."""
        return [{'action': c['action'], 'args': {k: text_pass(v) if isinstance(v, str) else v for k, v in c['args'].items()}} for c in calls]
