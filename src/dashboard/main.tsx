import './mantine.css';
import 'virtual:theme-variables.css';
import './app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchActivity } from './api/activity.js';
import { App } from './app.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root".');
watchActivity(document);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
