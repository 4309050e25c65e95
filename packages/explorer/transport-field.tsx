import { useId } from 'react';
import { useStore } from 'zustand';
import { TRANSPORTS, type Transport, type TransportChoice } from './transport.ts';

export interface TransportFieldProps {
  readonly transport: TransportChoice;
}

const OFFERED = ['sse', 'websocket'] as const satisfies readonly Transport[];

/** Chooses the transport of the next subscription. */
export function TransportField({ transport }: TransportFieldProps) {
  const name = useId();
  const chosen = useStore(transport.store);
  return (
    <fieldset className="transport">
      <legend>Events over</legend>
      {OFFERED.map((offered) => (
        <label key={offered}>
          <input
            {...{ name }}
            type="radio"
            checked={chosen === offered}
            onChange={() => transport.choose(offered)}
          />
          {TRANSPORTS[offered]}
        </label>
      ))}
    </fieldset>
  );
}
