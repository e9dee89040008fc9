'use strict';
// Prints calls per second: client.js SOCKET BYTES CALLERS
const grpc = require('@grpc/grpc-js');
const service = require('./service');

const [socket, bytes, callers] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const Client = grpc.makeClientConstructor(service, 'Provider');
const client = new Client(`unix:${socket}`, grpc.credentials.createInsecure());
const message = Buffer.alloc(bytes);
const call = () => new Promise((resolve, reject) => client.callFunction(message, (error) => (error ? reject(error) : resolve())));

async function callsPerSecond(perCaller) {
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: callers }, async () => {
    for (let i = 0; i < perCaller; i++) await call();
  }));
  return (callers * perCaller) / (Number(process.hrtime.bigint() - start) / 1e9);
}

(async () => {
  await callsPerSecond(500);
  const rounds = [];
  for (let i = 0; i < 5; i++) rounds.push(await callsPerSecond(1000));
  console.log(rounds.sort((a, b) => a - b)[2]);
  client.close();
})();
