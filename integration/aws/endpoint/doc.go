// Package endpoint fakes AWS for a local world: one address for AWS_ENDPOINT_URL, and small services behind it. They serve the
// unmodified AWS SDK and AWS CLI, and keep their state in memory.
//
// An [Endpoint] passes each call to the service that its signature names: one of this package ([Stacks], [Roles], [Topics],
// [Queues], [AutoScaling], [Quotas]), one of another package, or one that listens at its own address. The world's builder fills the
// services. Their APIs only read, except for publishing to a topic, receiving from and purging a queue, and deploying stacks, whose
// resources a [Deployer] makes. Regional services exist only in their region.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown. It does
// not check signatures; it only takes the caller, the service and the region from them.
package endpoint
