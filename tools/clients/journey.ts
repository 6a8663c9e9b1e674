// A case from its proposal to its end (SOP KP flow A-H), by the client that openapi-typescript makes. The caller
// states the server, the password of the demo accounts and an authenticator code of Kepala.
import createClient from 'openapi-fetch';
import type { components, paths } from './made/api.js';

type Problem = components['schemas']['Problem'];
type Answer<T> = { data?: T; error?: unknown; response: Response };

export async function journey(baseUrl: string, password: string, code: string, nik: string): Promise<string> {
  const key = () => ({ 'Idempotency-Key': crypto.randomUUID() });
  const act = (version: number) => ({ ...key(), 'If-Match': `"${version}"` });
  const day = (from: number) => new Date(Date.now() + from * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

  function ok<T>({ data, error, response }: Answer<T>): T {
    if (data === undefined) throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error)}`);
    return data;
  }

  async function signIn(name: string, second?: string) {
    const c = createClient<paths>({ baseUrl });
    const login = ok(await c.POST('/v1/auth/login', { body: { username: `${name}.tanah-habang`, password } }));
    c.use({ onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${token}`) });
    const token = login.access_token;
    if (second) ok(await c.POST('/v1/auth/second-factor', { body: { code: second } }));
    return c;
  }

  const dokter = await signIn('petugas1');
  const perawat = await signIn('petugas2');
  const koordinator = await signIn('koordinator');
  const kepala = await signIn('kepala', code);
  const account = async (c: typeof dokter) => ok(await c.GET('/v1/me')).account_id;
  const [lead, nurse] = [await account(dokter), await account(perawat)];

  const village = ok(await koordinator.GET('/v1/villages', { params: { query: { puskesmas: 'tanah-habang' } } }));
  const patient = ok(await koordinator.POST('/v1/patients', {
    params: { header: key() },
    body: { name: 'Masitah Contoh', nik, sex: 'female', birth_date: '1961-02-12', village: village.data[0]!.code },
  }));

  const proposal = ok(await perawat.POST('/v1/cases', {
    params: { header: key() },
    body: { patient_id: patient.id, programme: 'kupinang', origin: 'ranked_list', reason: 'Tidak datang kontrol' },
  }));
  if (!('state' in proposal)) throw new Error('the proposal was parked');
  const path = { id: proposal.id };

  // A version that nobody has is refused with the current one, as a problem with a known code.
  const stale = await kepala.POST('/v1/cases/{id}/approve', {
    params: { path, header: act(proposal.version + 1) }, body: {},
  });
  const problem = stale.error as Problem;
  const told = problem.code === 'record.stale' && problem.current_version === proposal.version;
  if (stale.response.status !== 412 || !told) {
    throw new Error(`a version of nobody: ${JSON.stringify(problem)}`);
  }
  const approved = ok(await kepala.POST('/v1/cases/{id}/approve', {
    params: { path, header: act(proposal.version) }, body: {},
  }));
  const formed = ok(await kepala.POST('/v1/cases/{id}/team', {
    params: { path, header: act(approved.version) },
    body: {
      members: [{ account_id: lead, lead: true }, { account_id: nurse }],
      letter: { period_start: day(0), period_end: day(30), vehicle: 'Sepeda motor dinas' },
    },
  }));
  const letters = ok(await kepala.GET('/v1/documents', { params: { query: { case_id: proposal.id } } }));
  const pdf = ok(await kepala.GET('/v1/documents/{id}/pdf', {
    params: { path: { id: letters.data[0]!.id } }, parseAs: 'blob',
  })) as unknown as Blob;
  if (!(await pdf.text()).startsWith('%PDF')) throw new Error('the assignment letter is no PDF');

  const reviewed = ok(await dokter.POST('/v1/cases/{id}/review', {
    params: { path, header: act(formed.version) },
    body: {
      problems: ['Hipertensi tidak terkontrol'], goals: ['Tekanan darah di bawah 140/90'],
      planned_services: [{ type: 'limited_medical_care' }], visit_frequency: { times: 1, every_weeks: 2 },
      participants: [lead, nurse],
    },
  }));
  if (reviewed.state !== 'active') throw new Error(`after the review the case is ${reviewed.state}`);

  const departed = new Date(Date.now() - 60_000);
  const visit = ok(await perawat.POST('/v1/visits/bundle', {
    params: { header: key() },
    body: {
      type: 'unplanned',
      visit: { case_id: proposal.id },
      arrived_at: new Date(departed.getTime() - 1_800_000).toISOString(), departed_at: departed.toISOString(),
      anamnesis: { chief_complaint: 'Nyeri kepala sejak tiga hari', informant: 'patient' },
      vitals: {
        vitals: [
          { code: 'sbp', value: 150 }, { code: 'dbp', value: 90 }, { code: 'hr', value: 88 }, { code: 'rr', value: 18 },
          { code: 'temp', value: 36.7 }, { code: 'spo2', value: 97 }, { code: 'weight', value: 58.5 },
          { code: 'height', value: 155 },
        ],
      },
      diagnoses: { diagnoses: [{ code: 'I10', role: 'primary' }] },
      services: {
        services: [
          {
            type: 'limited_medical_care', schema_version: 1,
            data: { adherence: 'poor', condition: 'unchanged', referral_needed: false },
          },
        ],
      },
      education: { topics: ['Diet rendah garam'], method: 'counselling' },
      plan: {
        follow_ups: [{ what: 'Antar obat ke rumah', owner_account_id: nurse, due_on: day(7) }],
        next_visit: { date: day(14) },
      },
    },
  }));
  if (!('arrived_at' in visit) || visit.state !== 'completed') throw new Error(`the visit: ${JSON.stringify(visit)}`);

  const current = ok(await dokter.GET('/v1/cases/{id}', { params: { path } }));
  const ended = ok(await dokter.POST('/v1/cases/{id}/end', {
    params: { path, header: act(current.version) },
    body: { kind: 'death', date: day(0), death: { place: 'home', cause: 'Stroke berulang' } },
  }));
  if (!('state' in ended) || ended.state !== 'terminated') throw new Error(`the end: ${JSON.stringify(ended)}`);
  return ended.id;
}
