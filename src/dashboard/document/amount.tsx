import styles from './amount.module.css';
import { groupedAmount } from './format.js';

interface AmountProps {
  amount: string | null;
  currency: string | null;
}

/** An amount with its currency; a dash where there is none. */
export function Amount({ amount, currency }: AmountProps) {
  if (amount === null) return <span className={styles.none}>–</span>;
  return (
    <span className={styles.amount}>
      {groupedAmount(amount)}
      {currency !== null && <span className={styles.currency}>{currency}</span>}
    </span>
  );
}
