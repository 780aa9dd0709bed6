/** Says where it runs. */
export default async function (argument: unknown): Promise<object> {
  if (typeof argument !== 'number') throw new TypeError('it takes a number');
  console.log('said in passing');
  if (argument < 0) {
    setInterval(() => {}, 1000);
    await new Promise(() => {});
  }
  const adapter = typeof navigator !== 'undefined' && 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
  return { twice: 2 * argument, secure: globalThis.isSecureContext ?? null, adapter: adapter !== null };
}
