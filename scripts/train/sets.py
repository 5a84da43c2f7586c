"""What is trained on: the human command sets without their held-out tenth, variants of them, and generated commands."""
import csv
import itertools
import os
import random
import re
from collections import Counter
from typing import Callable, Dict, Iterable, List, Optional, Set, Tuple

import generate
from generate import more, wider
from generate.words import APPLIANCES
from augment import augment, joined, renamed
from batches import Example, example
from bpe import Tokenizer
from codec import Call, Codec
from labels import repair
from schema import control_tokens
from split import held_out, key, read_sets, validation
from text_passes import text_pass

# set -> (share of what is trained on, variants made of it, how often a name is exchanged)
SETS = {
    'alfred_steps': (.055, 10000, .35), 'home_llm_specific': (.03, 8000, .15), 'huric': (.03, 8000, .5), 'hwu64_iot': (.085, 15000, .3),
    'scan_walk_look_turn_train': (.09, 0, 0), 'scout_train': (.065, 12000, .4), 'snips_media_none': (.05, 8000, .35), 'thingpedia_iot': (.085, 15000, .3),
    'hwu64_none': (.03, 0, 0),
}
SYNTHETIC, SYNTHETIC_SHARE = 'synthetic', .48
FINISHING, FINISHING_SHARE, FINISHING_LINES = 'finishing', .25, 120000
WIDER, WIDER_LINES, WIDER_SHARES = 'wider', 160000, {'wider': .42, SYNTHETIC: .05, FINISHING: .07, 'joined': .05}
"""The widening stage: shares beside the human sets, which keep the rest in their proportions."""
SETTLING_SHARES, RENAMED_LINES = {'wider': .2, SYNTHETIC: .03, FINISHING: .04, 'joined': .04, 'renamed': .24}, 40000
TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tests')
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
    """Tokenizer, training pools and held-out lines."""

    def __init__(self, commands: Optional[str], synthetic: int, seed: int, vocab: int, log: Callable[[str], None]):
        sets = {n: rows for n, rows in read_sets(commands).items() if n in SETS} if commands else {}
        self.held: Dict[str, List[dict]] = {n: [r for r in rows if held_out(r['text'])] for n, rows in sets.items()}
        self.seed, self.synthetic = seed, synthetic
        self.blocked = blocked = {key(r['text']) for rows in sets.values() for r in rows if held_out(r['text']) or validation(r['text'])}
        labelled: Set[str] = {key(r['text']) for rows in sets.values() for r in rows}
        self.human: Dict[str, Lines] = {}
        human = self.human
        for n, rows in sets.items():
            human[n], lost = [], 0
            for row in rows:
                if key(row['text']) in blocked:
                    continue
                text = text_pass(row['text'])
                calls = repair(text, row['expected'])
                if calls:
                    human[n].append((text, calls))
                else:
                    lost += 1
            log(f'{n}: {len(human[n])} to train on, {lost} with labels no words of the text can say, {len(self.held[n])} held out')
        if commands:
            human['hwu64_none'] = [(text_pass(t), c) for t, c in other_skills(commands) if key(t) not in labelled and not held_out(t) and not validation(t)]

        made: Lines = []
        for text, calls in generate.lines(seed):
            text = text_pass(text)
            if key(text) not in blocked:
                made.append((text, calls))
            if len(made) >= synthetic:
                break
        self.tok = Tokenizer(self._merges(human, made, vocab), control_tokens())
        self.codec = Codec(self.tok)
        self.test = self._test(seed, {t for t, _ in made})

        self.pools: Dict[str, List[Example]] = {}
        self.weights = {n: s for n, (s, _, _) in SETS.items()}
        self.weights[SYNTHETIC] = SYNTHETIC_SHARE
        for n, lines in human.items():
            _, variants, swap = SETS[n]
            more = [(t, c) for t, c in (augment(lines, variants, seed, swap) if variants else []) if key(t) not in blocked]
            self.pools[n] = self._examples(lines * 2 + more, n == 'thingpedia_iot')
        self.pools[SYNTHETIC] = self._examples(made)
        for n, pool in self.pools.items():
            log(f'{n}: {len(pool)} examples, share {self.weights[n]}')
        self.stages = {'long': (self.pools, self.weights), 'finishing': self.finishing(), 'widening': self.widening()}
        pools = {**self.stages['widening'][0], 'renamed': self.renamed(commands)}
        self.stages['settling'] = (pools, self._beside_human(SETTLING_SHARES, pools))
        for n, share in self.stages['widening'][1].items():
            log(f'widening: {n}: {len(self.stages["widening"][0][n])} examples, share {share:.3f}')

    def finishing(self) -> Tuple[Dict[str, List[Example]], Dict[str, float]]:
        """Pools and shares of the finishing stage: all of before, and what was missed there."""
        lines = ((text_pass(t), c) for t, c in more.lines(self.seed))
        lines = [(t, c) for t, c in itertools.islice(lines, min(FINISHING_LINES, self.synthetic)) if key(t) not in self.blocked]
        self.finished = self._examples(lines)
        return ({**self.pools, FINISHING: self.finished},
                {**self.weights, SYNTHETIC: SYNTHETIC_SHARE - FINISHING_SHARE, FINISHING: FINISHING_SHARE})

    def widening(self) -> Tuple[Dict[str, List[Example]], Dict[str, float]]:
        """Pools and shares of the widening stage: generate/wider.py, new variants of the human lines, human commands in a row.

        No line of tests/*.jsonl is in it.
        """
        seed, tested = self.seed + 7, {key(r['text']) for rows in read_sets(TESTS).values() for r in rows}
        blocked = self.blocked | tested

        def free(lines: Iterable[Tuple[str, List[Call]]]) -> Lines:
            return [(t, c) for t, c in lines if key(t) not in blocked]
        pools: Dict[str, List[Example]] = {}
        for n, lines in self.human.items():
            _, variants, swap = SETS[n]
            pools[n] = self._examples(free(lines * 2 + (augment(lines, variants, seed, swap) if variants else [])), n == 'thingpedia_iot')
        pools[SYNTHETIC], pools[FINISHING] = self.pools[SYNTHETIC], self.finished
        pools[WIDER] = self._examples(free((text_pass(t), c) for t, c in itertools.islice(wider.lines(seed), min(WIDER_LINES, self.synthetic))))
        if self.human:
            pools['joined'] = self._examples(free((text_pass(t), c) for t, c in joined(self.human, WIDER_LINES // 8, seed)))
        return pools, self._beside_human(WIDER_SHARES, pools)

    def renamed(self, commands: Optional[str]) -> List[Example]:
        """Commands of every kind about rooms and things with rare names, from the words of HWU64 where it is there."""
        seed, count = self.seed + 9, min(RENAMED_LINES, self.synthetic)
        blocked = self.blocked | {key(r['text']) for rows in read_sets(TESTS).values() for r in rows}
        seen = Counter(w for t, _ in other_skills(commands or '') for w in re.findall(r'[a-z]{4,}', t.lower()))
        words = sorted(w for w, n in seen.items() if n <= 4) or APPLIANCES
        human = [line for n, lines in sorted(self.human.items()) if n not in ('hwu64_none', 'scan_walk_look_turn_train', 'snips_media_none') for line in lines]
        made = itertools.chain.from_iterable(zip(wider.lines(seed), generate.lines(seed)))
        lines = itertools.chain(renamed(random.Random(seed).sample(human, len(human)), words, seed), renamed(((text_pass(t), c) for t, c in made), words, seed + 1))
        return self._examples((t, c) for t, c in itertools.islice(lines, count) if key(t) not in blocked)

    @staticmethod
    def _beside_human(shares: Dict[str, float], pools: Dict[str, List[Example]]) -> Dict[str, float]:
        """`shares` of the generated pools; the human sets have the rest in their proportions."""
        rest = 1 - sum(s for n, s in shares.items() if n in pools)
        human = sum(SETS[n][0] for n in pools if n in SETS)
        return {n: shares[n] if n in shares else SETS[n][0] * rest / human for n in pools}

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
        """Generated commands the training has not seen, by kind of plan."""
        rows = ({'text': t, 'expected': c} for t, c in generate.lines(seed + 1000003) if text_pass(t) not in seen)
        return {'synthetic': [r for r in itertools.islice(rows, 1200) if repair(text_pass(r['text']), r['expected']) == self._passed(r['expected'])]}

    @staticmethod
    def _passed(calls: List[Call]) -> List[Call]:
        """The plan with strings passed: what a line that can be answered exactly comes out as."""
        return [{'action': c['action'], 'args': {k: text_pass(v) if isinstance(v, str) else v for k, v in c['args'].items()}} for c in calls]
