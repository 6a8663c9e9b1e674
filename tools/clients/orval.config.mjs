// One client of each kind that orval makes from the document.
export default {
  fetch: { input: './openapi.yaml', output: { target: './made/orval-fetch.ts', client: 'fetch', mode: 'single' } },
  zod: { input: './openapi.yaml', output: { target: './made/orval-zod.ts', client: 'zod', mode: 'single' } },
}
