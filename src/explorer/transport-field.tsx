import { useId } from 'react';
import { useStore } from 'zustand';
import { TRANSPORTS, type TransportChoice } from './transport.ts';

export interface TransportFieldProps {
  readonly transport: TransportChoice;
}

/** Chooses what the next subscription runs over. */
export function TransportField({ transport }: TransportFieldProps) {
  const name = useId();
  const chosen = useStore(transport.store);
  return (
    <fieldset className="transport">
      <legend>Events over</legend>
      <label>
        <input
          {...{ name }}
          type="radio"
          checked={chosen === 'sse'}
          onChange={() => transport.choose('sse')}
        />
        {TRANSPORTS.sse}
      </label>
      <label>
        <input
          {...{ name }}
          type="radio"
          checked={chosen === 'websocket'}
          onChange={() => transport.choose('websocket')}
        />
        {TRANSPORTS.websocket}
      </label>
    </fieldset>
  );
}
