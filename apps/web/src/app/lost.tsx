import { Link } from '@tanstack/react-router';

export const Lost = () => (
  <main className="centred">
    <h1>There is nothing here</h1>
    <p>
      The address may be mistyped, or what it showed was deleted. <Link to="/uploads">Go to your files</Link>
    </p>
  </main>
);
