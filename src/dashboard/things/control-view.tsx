/** A control of one property, drawn as what it is: a slider, buttons, swatches, a list, a field. */
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { COLORS } from '../../../devices/helpers/colors.ts';
import { useLive } from '../live.ts';
import { capital, plain, quantity, unitOf } from '../words.ts';
import { isChosen, type Choice, type Control, type Field, type Names, type Range, type Switch } from './controls.ts';
import { Toggle } from './toggle.tsx';
import { ValueField, isNumeric } from './value-field.tsx';

type Value = string | number | boolean;

interface ControlProps<Kind extends Control> {
  readonly title: string;
  readonly control: Kind;
  readonly value: Value | null | undefined;
  readonly isDim: boolean;
  readonly onSet: (value: Value) => Promise<void>;
}

/** More options than these are a list. */
const MOST_BUTTONS = 5;

export function ControlView(props: ControlProps<Control>): JSX.Element {
  const { control } = props;
  switch (control.kind) {
    case 'switch':
      return <SwitchControl {...props} control={control} />;
    case 'choice':
      return <ChoiceControl {...props} control={control} />;
    case 'range':
      return <RangeControl {...props} control={control} />;
    case 'names':
      return <NamesControl {...props} control={control} />;
    case 'field':
      return <FieldControl {...props} control={control} />;
  }
}

function SwitchControl({ title, control, value, onSet }: ControlProps<Switch>): JSX.Element {
  return (
    <div class="control">
      <span class="label">{plain(control.property)}</span>
      <span />
      <Toggle
        label={`${title}: ${plain(control.property)}`}
        isOn={value === control.on}
        onChange={(isOn) => onSet(isOn ? control.on : control.off)}
      />
    </div>
  );
}

function ChoiceControl({ title, control, value, onSet }: ControlProps<Choice>): JSX.Element {
  const isLive = useLive();
  const label = `${title}: ${plain(control.property)}`;
  if (control.options.length > MOST_BUTTONS) {
    const names = control.options.map(({ write }) => String(write));
    return <ListControl label={label} property={control.property} names={names} value={value} onSet={onSet} />;
  }
  return (
    <div class="control segments" role="group" aria-label={label}>
      {control.options.map((option) => (
        <button
          key={option.label}
          type="button"
          disabled={!isLive}
          aria-pressed={isChosen(option, value)}
          onClick={() => void onSet(option.write)}
        >
          {capital(option.label)}
        </button>
      ))}
    </div>
  );
}

/** The answer may come before the state it speaks of, milliseconds. */
const SETTLE_MS = 400;

/** Told when it is let go; until the thing has followed, it shows where it was held. */
function RangeControl({ title, control, value, isDim, onSet }: ControlProps<Range>): JSX.Element {
  const isLive = useLive();
  const [held, setHeld] = useState<number>();
  const touches = useRef(0);
  const id = useId();
  const { property, min, max, step, unit } = control;
  const known = typeof value === 'number' ? value : undefined;
  const shown = held ?? known;
  return (
    <div class={isDim ? 'control dim' : 'control'}>
      <label for={id}>
        {plain(property)}
        <span class="hidden"> of {title}</span>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        disabled={!isLive}
        value={shown ?? (min + max) / 2}
        aria-valuetext={shown === undefined ? 'not set' : quantity(shown, unit)}
        style={{ '--part': `${(((shown ?? min) - min) / (max - min)) * 100}%` }}
        onInput={({ currentTarget }) => {
          touches.current++;
          setHeld(Number(currentTarget.value));
        }}
        onChange={({ currentTarget }) => {
          const touch = touches.current;
          // Unless it is held again meanwhile.
          const release = (): void => void (touch === touches.current && setHeld(undefined));
          void onSet(Number(currentTarget.value)).finally(() => setTimeout(release, SETTLE_MS));
        }}
      />
      <output>{shown === undefined ? '–' : quantity(shown, unit)}</output>
    </div>
  );
}

function NamesControl({ title, control, value, isDim, onSet }: ControlProps<Names>): JSX.Element {
  const isLive = useLive();
  const name = useId();
  const label = `${title}: ${plain(control.property)}`;
  const colors = control.isColor ? control.names.filter((one) => COLORS[one] !== undefined) : [];
  if (colors.length === 0) {
    return <ListControl label={label} property={control.property} names={control.names} value={value} onSet={onSet} />;
  }
  return (
    <fieldset class={isDim ? 'swatches dim' : 'swatches'} disabled={!isLive}>
      <legend class="hidden">{label}</legend>
      {colors.map((color) => (
        <label key={color} title={color}>
          <input
            type="radio"
            name={name}
            value={color}
            checked={value === color}
            aria-label={color}
            style={{ '--swatch': COLORS[color] }}
            onChange={() => void onSet(color)}
          />
        </label>
      ))}
    </fieldset>
  );
}

interface ListProps {
  readonly label: string;
  readonly property: string;
  readonly names: readonly string[];
  readonly value: Value | null | undefined;
  readonly onSet: (value: Value) => Promise<void>;
}

function ListControl({ label, property, names, value, onSet }: ListProps): JSX.Element {
  const isLive = useLive();
  const id = useId();
  return (
    <div class="control">
      <label for={id}>
        {plain(property)}
        <span class="hidden"> ({label})</span>
      </label>
      <select
        id={id}
        disabled={!isLive}
        value={String(value ?? '')}
        onChange={(event) => void onSet(event.currentTarget.value)}
      >
        {!names.includes(String(value)) && <option value={String(value ?? '')}>{String(value ?? '–')}</option>}
        {names.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </div>
  );
}

function FieldControl({ title, control, value, onSet }: ControlProps<Field>): JSX.Element {
  const isLive = useLive();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  return (
    <form
      class="control"
      onSubmit={(event) => {
        event.preventDefault();
        const text = field.current!.value;
        if (text !== '') void onSet(isNumeric(control.schema) ? Number(text) : text);
      }}
    >
      <label for={id}>
        {plain(control.property)} {unitOf(control.schema.unit)}
        <span class="hidden"> of {title}</span>
      </label>
      <ValueField
        id={id}
        name={control.property}
        schema={control.schema}
        placeholder={String(value ?? '')}
        isDisabled={!isLive}
        field={field}
      />
      <button type="submit" class="small-button" disabled={!isLive}>
        Set
      </button>
    </form>
  );
}
