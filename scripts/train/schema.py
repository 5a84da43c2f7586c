"""The canonical action vocabulary (../shared/data/commands/canon.py) and its control tokens: plan format "tags".

An action is one token; an argument with a closed set of values is one token per value; any other argument is a
key token followed by words copied from the command. Arguments stand in the order of SCHEMA.
"""
from typing import Any, Dict, List

NUM, STR = 'number', 'string'

SCHEMA: Dict[str, Dict[str, Any]] = {   # action -> {argument: NUM, STR or the values it may take}; ! = required
    'light.set': {'device': STR, 'area': STR, 'power': ['on', 'off'], 'brightness': NUM, 'step': ['up', 'down'], 'by': NUM,
                  'color': STR, 'kelvin': NUM},
    'power.set': {'device!': STR, 'area': STR, 'power': ['on', 'off'], 'speed': NUM},
    'climate.set': {'device': STR, 'area': STR, 'temperature': NUM, 'step': ['up', 'down'], 'by': NUM,
                    'mode': ['heat', 'cool', 'auto', 'off', 'fan']},
    'cover.set': {'device!': STR, 'area': STR, 'state': ['open', 'close', 'stop'], 'position': NUM},
    'lock.set': {'device': STR, 'area': STR, 'state!': ['lock', 'unlock']},
    'media.do': {'op!': ['play', 'pause', 'resume', 'stop', 'next', 'previous'], 'query': STR, 'device': STR, 'area': STR},
    'volume.set': {'device': STR, 'area': STR, 'level': NUM, 'step': ['up', 'down'], 'by': NUM, 'mute': [True, False]},
    'timer.do': {'op!': ['start', 'cancel', 'cancel_all', 'pause', 'resume', 'add', 'subtract', 'status'],
                 'hours': NUM, 'minutes': NUM, 'seconds': NUM, 'name': STR, 'area': STR,
                 'of_hours': NUM, 'of_minutes': NUM, 'of_seconds': NUM, 'command': STR},
    'alarm.do': {'op!': ['set', 'cancel', 'list'], 'time': STR, 'date': STR, 'label': STR},
    'robot.drive': {'direction!': ['forward', 'back', 'left', 'right', 'up', 'down'], 'distance': NUM,
                    'unit': ['m', 'cm', 'ft', 'in', 'yd', 'step']},
    'robot.turn': {'direction': ['left', 'right', 'around'], 'degrees': NUM, 'to': STR},
    'robot.goto': {'place!': STR},
    'robot.object': {'op!': ['pick', 'place', 'bring', 'find', 'release'], 'object': STR, 'from': STR, 'to': STR},
    'robot.task': {'op!': ['clean', 'dock', 'follow', 'guide', 'photo', 'look'], 'target': STR, 'to': STR},
    'robot.stop': {},
    'say': {'text': STR, 'to': STR},
    'query': {'kind': ['state', 'temperature', 'humidity', 'brightness', 'battery', 'time', 'date', 'weather', 'position'],
              'device': STR, 'area': STR},
    'none': {},
}
ARGS = {a: {k.rstrip('!'): v for k, v in s.items()} for a, s in SCHEMA.items()}
REQUIRED = {a: [k[:-1] for k in s if k.endswith('!')] for a, s in SCHEMA.items()}

QUANTITY = {**dict.fromkeys('max maximum full fully highest brightest loudest fastest'.split(), 100), 'half': 50, 'halfway': 50, 'quarter': 25, 'min': 0, 'minimum': 0, 'lowest': 0}
"""Words that may stand for a percentage; the runtime converts them (src/grammar/numbers.ts)."""

USER, PLAN, END = '<|user|>', '<|plan|>', '<|end|>'
CHAT_TEMPLATE = ("{%- for m in messages %}{%- if m.role == 'user' %}{{- '<|user|> ' + m.content + '<|plan|>' }}"
                 "{%- elif m.role == 'assistant' %}{{- m.content + '<|end|>' }}{%- endif %}{%- endfor %}")


def action_token(action: str) -> str:
    return f'<|{action}|>'


def value_token(key: str, value: Any) -> str:
    """Token of an argument with a closed set of values."""
    return f'<|{key}={str(value).lower() if isinstance(value, bool) else value}|>'


def key_token(key: str) -> str:
    """Token that opens an argument whose value is copied."""
    return f'<|{key}=|>'


def control_tokens() -> List[str]:
    """All control tokens, in the order of the vocabulary."""
    out = [END, USER, PLAN] + [action_token(a) for a in SCHEMA]
    for args in ARGS.values():
        for key, kind in args.items():
            out += [key_token(key)] if kind in (NUM, STR) else [value_token(key, v) for v in kind]
    return list(dict.fromkeys(out)) + [f'<|reserved{i}|>' for i in range(8)]
