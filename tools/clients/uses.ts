// The same request by the clients of hey-api and orval: a member that the document loses is an error in each.
import { proposeCase } from './made/hey/index.js';
import { proposeCase as fetchProposeCase } from './made/orval-fetch.js';
import { ProposeCaseBody } from './made/orval-zod.js';

const id = '0199a1d0-6f0e-7c3a-9f5e-2f6b1d3c4e5f';

export const byHey = () => proposeCase({
  headers: { 'Idempotency-Key': crypto.randomUUID() },
  body: { patient_id: id, programme: 'kupinang', origin: 'other', reason: 'Tidak datang kontrol' },
});

export const byFetch = () => fetchProposeCase(
  { patient_id: id, programme: 'kupinang', origin: 'other', reason: 'Tidak datang kontrol' },
);

export const byZod = (body: unknown): string => ProposeCaseBody.parse(body).reason;
