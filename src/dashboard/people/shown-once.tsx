import { Button, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import styles from '../frame/proof.module.css';

interface ShownOnceProps {
  email: string;
  password: string;
  onClose: () => void;
}

/** A password that was just made for somebody; nobody can read it again. */
export function ShownOnce({ email, password, onClose }: ShownOnceProps) {
  const clipboard = useClipboard();
  return (
    <div className={styles.form}>
      <p role="status">
        Give this to {email}. It is shown this once, lets them in for seven days, and they set their
        own password with it.
      </p>
      <TextInput
        label="Password"
        value={password}
        readOnly
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.actions}>
        <Button variant="default" onClick={() => clipboard.copy(password)}>
          {clipboard.copied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
