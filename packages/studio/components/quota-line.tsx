import { usePage } from './page-context.ts';
import { quotaText } from './quota-text.ts';

/** The uploads left. The line's height is constant, whatever it says. */
export function QuotaLine() {
  const { studio, words } = usePage();
  const { main, detail, tone } = quotaText(studio.quota.value, studio.quotaFailure.value, words);
  return (
    <p class="quota" data-tone={tone}>
      <span class="quota-main">{main}</span>
      {detail !== null && <span class="quota-detail">{detail}</span>}
    </p>
  );
}
