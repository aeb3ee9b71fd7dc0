import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { RequestFailed } from '../api/api.js';
import styles from './failure.module.css';
import { Icon } from './icons.js';

interface FailureProps {
  title: string;
  error: Error;
  /** What the person can do about it. */
  children?: ReactNode;
}

/** Something did not work: what, why as far as the server says, and what can be done. */
export function Failure({ title, error, children }: FailureProps) {
  const detail = error instanceof RequestFailed ? error.detail : undefined;
  // A refusal explains itself; a fault of the server is looked up in its log by this id.
  const requestId =
    error instanceof RequestFailed && error.status >= 500 ? error.requestId : undefined;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<Icon name="warning" />}
      title={title}
      classNames={{
        root: styles.failure,
        wrapper: styles.wrapper,
        title: styles.title,
        icon: styles.icon,
        message: styles.message,
      }}
    >
      <p className={styles.line}>{detail ?? error.message}</p>
      {requestId !== undefined && (
        <p className={styles.request}>
          Request <code>{requestId}</code>
        </p>
      )}
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </Alert>
  );
}
