import itertools
import sys

from . import lines

for text, calls in itertools.islice(lines(int((sys.argv + ['', '', '1'])[2] or 1)), int((sys.argv + ['20'])[1] if len(sys.argv) > 1 else 20)):
    print(text, ' => ', ' ; '.join(c['action'] + ' ' + ','.join(f'{k}={v}' for k, v in c['args'].items()) for c in calls))
