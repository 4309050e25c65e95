/** Loaded into a gateway: signals cause what no client can cause, but a library may. */
process.on('SIGHUP', () => {
  for (let line = 0; line < 400; line += 1) console.error('line', line, 'x'.repeat(9000));
});
process.on('SIGUSR2', () => {
  console.error('an error of a library');
  for (let line = 0; line < 100; line += 1) console.error('line', line, 'x'.repeat(1000));
  process.emitWarning('a warning of a library');
  setImmediate(() => {
    throw new Error('a crash with pgk_abcdefghijklmnopqrstuvwxyz in it');
  });
});
