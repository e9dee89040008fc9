'use strict';
// The provider's CallFunction by hand: bytes in, bytes out, no protobuf library in between on either side.
const identity = (bytes) => bytes;

module.exports = {
  callFunction: {
    path: '/kolumn.provider.v1.Provider/CallFunction',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};
