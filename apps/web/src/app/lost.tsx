import { Link } from '@tanstack/react-router';
import { useTitle } from './title.js';

/** An address that is none of the page's; the service sends the page for it too. */
export function Lost() {
  useTitle('There is nothing here');
  return (
    <main className="centred">
      <p className="brand">Task service</p>
      <h1>There is nothing here</h1>
      <p>The address may be mistyped, or what it showed was deleted.</p>
      <p>
        <Link to="/uploads" className="button button-main">
          Go to your files
        </Link>
      </p>
    </main>
  );
}
