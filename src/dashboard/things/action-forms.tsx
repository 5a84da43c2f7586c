/** What a thing can do besides being set: a form an action, made of its arguments' schemas. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Args } from '../../grammar/actions.ts';
import type { DataSchema } from '../../../devices/thing.ts';
import { useLive } from '../live.ts';
import { capital, plain, unitOf } from '../words.ts';
import { argsOf, type ActionForm } from './controls.ts';
import { ValueField, isNumeric } from './value-field.tsx';

interface ActionFormsProps {
  readonly title: string;
  readonly forms: readonly ActionForm[];
  readonly onAct: (action: string, args: Args) => Promise<void>;
}

export function ActionForms({ title, forms, onAct }: ActionFormsProps): JSX.Element {
  return (
    <details class="more">
      <summary>
        {forms.map(({ name }) => verbOf(name)).join(', ')}
        <span class="hidden"> of {title}</span>
      </summary>
      {forms.map((form) => (
        <OneForm key={form.name} title={title} form={form} onAct={onAct} />
      ))}
    </details>
  );
}

function OneForm({ title, form, onAct }: Omit<ActionFormsProps, 'forms'> & { form: ActionForm }): JSX.Element {
  const isLive = useLive();
  return (
    <form
      class="action"
      aria-label={`${verbOf(form.name)}, ${title}`}
      onSubmit={(event) => {
        event.preventDefault();
        void onAct(form.name, argsOf(form, new FormData(event.currentTarget)));
      }}
    >
      {form.args.map(({ name, schema, isRequired }) => (
        <Argument key={name} name={name} schema={schema} isRequired={isRequired} />
      ))}
      <button type="submit" class="small-button" disabled={!isLive}>
        {capital(verbOf(form.name))}
      </button>
    </form>
  );
}

function Argument({
  name,
  schema,
  isRequired,
}: {
  name: string;
  schema: DataSchema;
  isRequired: boolean;
}): JSX.Element {
  const id = useId();
  const names = schema.enum ?? schema['tk:names'] ?? (schema.type === 'boolean' ? ['true', 'false'] : undefined);
  return (
    <div class="argument">
      <label for={id}>
        {plain(name)} {isNumeric(schema) && unitOf(schema.unit)}
      </label>
      {names === undefined ? (
        <ValueField
          id={id}
          name={name}
          schema={schema}
          placeholder={String(schema.default ?? '')}
          isRequired={isRequired}
        />
      ) : (
        <select id={id} name={name} required={isRequired}>
          {!isRequired && <option value="">–</option>}
          {names.map((one) => (
            <option key={String(one)} value={String(one)}>
              {plain(String(one))}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/** "robot.goto" → "goto"; "media.do" and "alarm.set" are about the thing. */
function verbOf(action: string): string {
  const [thing, verb] = action.split('.');
  return plain(verb === undefined || verb === 'do' || verb === 'set' ? thing! : verb);
}
