/**
 * The schema of the peers: what the gateway's schema has of it, as a first version would. `idle` never
 * has an event, so that what a waiting subscriber takes is measured without the polls of a peer.
 */
export function peerSchema(fileScalar: 'Upload' | 'File'): string {
  return /* GraphQL */ `
    scalar ${fileScalar}
    enum RepairType {
      REPAIR
    }
    enum PhotoStatus {
      PROCESSING
      READY
    }
    type Photo {
      id: ID!
      status: PhotoStatus!
    }
    type Query {
      photoStatus(id: ID!): Photo!
    }
    type Mutation {
      uploadPhoto(file: ${fileScalar}!, repairType: RepairType!): Photo!
    }
    type Subscription {
      photoReady(id: ID!): Photo!
      idle(id: ID!): Photo!
    }
  `;
}
