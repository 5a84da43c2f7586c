/** Where a number or a text is typed, with the limits of its schema. */
import type { JSX, Ref } from 'preact';
import type { DataSchema } from '../../../devices/thing.ts';

interface ValueFieldProps {
  readonly id: string;
  readonly name: string;
  readonly schema: DataSchema;
  readonly placeholder: string;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly field?: Ref<HTMLInputElement>;
}

export const isNumeric = ({ type }: DataSchema): boolean => type === 'number' || type === 'integer';

export function ValueField(props: ValueFieldProps): JSX.Element {
  const { id, name, schema, placeholder, isRequired = false, isDisabled = false, field = null } = props;
  const common = { id, name, placeholder, required: isRequired, disabled: isDisabled, ref: field };
  return isNumeric(schema) ? (
    <input {...common} type="number" step="any" min={schema.minimum} max={schema.maximum} />
  ) : (
    <input {...common} maxLength={schema.maxLength} />
  );
}
