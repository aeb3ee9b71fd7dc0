import styles from './brand.module.css';
import { Icon } from './icons.js';

/** The product's name and mark. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <span className={styles.mark}>
        <Icon name="sync" size={14} />
      </span>
      qbo-sync
    </span>
  );
}
