import './ui/theme/theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from './app/application.tsx';
import { takeArrival } from './app/arrival.ts';
import { applyLargeType } from './app/large-type.ts';

takeArrival();
applyLargeType();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Application />
  </StrictMode>,
);
// Without it the client works as before, only not without a network.
if ('serviceWorker' in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register('/m/sw.js').catch(() => {});
