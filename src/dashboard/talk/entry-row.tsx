/** One thing said, its outcome and why; a question's answers as buttons while it is open. */
import type { JSX } from 'preact';
import type { ActionResult, Response } from '../../agent/types.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import type { Entry } from '../feed/view.ts';
import { useLive } from '../live.ts';
import { OUTCOME_WORDS, capital, clockTime, milliseconds } from '../words.ts';

interface EntryProps {
  readonly entry: Entry;
  /** Its question can be answered. */
  readonly isOpen: boolean;
  readonly onSay: (text: string) => void;
}

export function EntryRow({ entry, isOpen, onSay }: EntryProps): JSX.Element {
  const { text, at, mine, source, response, lost } = entry;
  return (
    <article class="entry">
      <p class="said">
        {text}
        <span class="small meta">
          {!mine && `${source} · `}
          {clockTime(at)}
        </span>
      </p>
      {response !== undefined && <Answer response={response} isOpen={isOpen} onSay={onSay} />}
      {response === undefined && (
        <p class={lost === undefined ? 'answer waiting' : 'answer bad'}>
          {lost === undefined ? 'on it …' : capital(lost)}
        </p>
      )}
    </article>
  );
}

function Answer({ response, isOpen, onSay }: { response: Response } & Omit<EntryProps, 'entry'>): JSX.Element {
  const { outcome, code, reason, say } = response;
  const told = say ?? (outcome === 'executed' ? doneOf(response) : reason);
  return (
    <div class={`answer ${toneOf(response)}`} data-outcome={outcome}>
      <p>{told === undefined ? capital(OUTCOME_WORDS[outcome]) : capital(told)}</p>
      {isOpen && <Choices response={response} onSay={onSay} />}
      <details class="why">
        <summary>
          <span class="tag">{OUTCOME_WORDS[outcome]}</span>{' '}
          {code !== undefined && code !== outcome && <code>{code}</code>} <span class="small">{tookOf(response)}</span>
        </summary>
        <Why response={response} isSaid={told === reason} />
      </details>
    </div>
  );
}

/** "yes" and "no", or the things that may have been meant. */
function Choices({
  response: { outcome, candidates = [] },
  onSay,
}: {
  response: Response;
  onSay: EntryProps['onSay'];
}): JSX.Element {
  const isLive = useLive();
  const answers = outcome === 'needs-confirmation' ? ['yes', 'no'] : outcome === 'ambiguous' ? candidates : [];
  if (answers.length === 0) return <></>;
  return (
    <ul class="chips" aria-label="Answers">
      {answers.map((answer) => (
        <li key={answer}>
          <button type="button" class={answer === 'yes' ? 'main' : ''} disabled={!isLive} onClick={() => onSay(answer)}>
            {answer}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Why({ response, isSaid }: { response: Response; isSaid: boolean }): JSX.Element {
  const { reason, candidates = [], plan, actions, confidence, model, timing } = response;
  return (
    <dl>
      {reason !== undefined && !isSaid && <Row name="why">{reason}</Row>}
      {candidates.length > 0 && <Row name="candidates">{candidates.join(', ')}</Row>}
      {plan.length > 0 && <Row name="plan">{plan.map(callText).join('; ')}</Row>}
      {actions.map((action, i) => (
        <Row key={i} name={action.device}>
          {actionText(action)}
        </Row>
      ))}
      {confidence !== undefined && <Row name="confidence">{Math.round(confidence * 100)}%</Row>}
      {response.path === 'model' && (
        <Row name={model}>
          {timing.tokens_in} tokens read in {milliseconds(timing.prefill_ms)}, {timing.tokens_out} written in{' '}
          {milliseconds(timing.decode_ms)}
        </Row>
      )}
    </dl>
  );
}

function Row({ name, children }: { name: string; children: preact.ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function toneOf({ outcome }: Response): 'good' | 'asks' | 'bad' {
  if (outcome === 'executed') return 'good';
  return outcome === 'ambiguous' || outcome === 'needs-confirmation' ? 'asks' : 'bad';
}

function doneOf({ actions }: Response): string | undefined {
  return actions.length === 0 ? undefined : actions.map(({ device, action }) => `${device}: ${action}`).join(', ');
}

function tookOf({ path, timing: { queue_ms, prefill_ms, decode_ms } }: Response): string {
  const way = { fast: 'without the model', model: 'by the model', stop: 'past everything' }[path];
  const ms = queue_ms + prefill_ms + decode_ms;
  return path === 'model' ? `${way} in ${milliseconds(ms)}` : way;
}

function callText({ action, args }: PlanCall): string {
  const values = Object.entries(args).map(([name, value]) => `${name} ${String(value)}`);
  return [action, ...values].join(' ');
}

function actionText({ action, args, outcome, ack_ms, reason }: ActionResult): string {
  const became =
    outcome === 'executed' ? (ack_ms === undefined ? 'done' : `done after ${milliseconds(ack_ms)}`) : outcome;
  return `${callText({ action, args })}: ${became}${reason === undefined ? '' : `, ${reason}`}`;
}
