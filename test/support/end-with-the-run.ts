// A worker of vitest whose run was killed (kill -9, a closed terminal) would go on with its test, and so would everything that
// the test has started. Vitest's channel to it closes then.
if (process.connected) process.once('disconnect', () => process.exit(1));
