// Runs the journey of journey.ts and prints the id of its case.
import { parseArgs } from 'node:util';
import { journey } from './out/journey.js';

const text = { type: 'string' };
const { values } = parseArgs({ options: { base: text, password: text, code: text, nik: text } });
console.log(await journey(values.base, values.password, values.code, values.nik));
