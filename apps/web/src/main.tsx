import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './app/query-client.js';
import { router } from './app/router.js';
import { refuseStrayDrops } from './ui/refuse-stray-drops.js';
import { Toaster } from './ui/toaster.js';

refuseStrayDrops();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    {/* The policy of the page allows no inline style element. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
