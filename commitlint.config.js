/** Conventional commits. A body may hold what it needs to: tables of measurements, addresses. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: { 'body-max-line-length': [0], 'footer-max-line-length': [0] },
};
