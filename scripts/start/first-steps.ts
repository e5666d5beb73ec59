const EMAIL = 'ada@example.com';
const PASSWORD = 'quiet-harbour-41';

/**
 * Shell lines that register, log in, upload a CSV and show its rows, for the api at `origin`. They work in sh, bash and zsh, without
 * jq and without anything to fill in. They can be run again: if the account exists, the login still works.
 */
export const firstSteps = (origin: string): string[] => [
  `API=${origin}/api/v1`,
  `curl -sS "$API/auth/user/register/" -H 'Content-Type: application/json' -d '{"email": "${EMAIL}", "password": "${PASSWORD}", "full_name": "Ada"}'; echo`,
  `TOKEN=$(curl -sS "$API/auth/user/login/" -H 'Content-Type: application/json' -d '{"email": "${EMAIL}", "password": "${PASSWORD}"}' | sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p')`,
  `printf 'City,Price,Note\\nParis,12.50,"says ""bonjour"""\\nRome,7,"two\\nlines"\\nReykjavík,21.00,\\n' > /tmp/cities.csv`,
  `UPLOAD=$(curl -sS "$API/csv-data/uploads/" -H "Authorization: Bearer $TOKEN" -F file=@/tmp/cities.csv | sed -n 's/^{"id": *"\\([^"]*\\)".*/\\1/p')`,
  // The status of a problem is a number, which also ends the wait.
  `until curl -sS "$API/csv-data/uploads/$UPLOAD/progress/" -H "Authorization: Bearer $TOKEN" | grep -Eq '"status": *("(completed|failed|cancelled)"|[0-9])'; do sleep 0.3; done`,
  `curl -sS "$API/csv-data/uploads/$UPLOAD/data/?sort_by=price" -H "Authorization: Bearer $TOKEN"; echo`,
];
