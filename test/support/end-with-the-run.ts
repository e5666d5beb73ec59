// When vitest is killed (kill -9, a closed terminal), its workers and the processes of their tests would continue. The channel to
// vitest closes then, which ends them.
if (process.connected) process.once('disconnect', () => process.exit(1));
