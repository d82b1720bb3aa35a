// Package awslocal is the AWS of a local world: one address that every client of AWS can be given as AWS_ENDPOINT_URL, and
// the small services behind it that have no package of their own. The services are spoken to by the unmodified AWS SDK and
// the AWS CLI, and keep what they know in memory.
//
// An [Endpoint] hands each call to the service it is signed for: one of this package ([Stacks], [Roles], [Alarms], [Topics],
// [Queues], [Logs], [AutoScaling], [Quotas]), or one that listens at an address of its own. What a service has is put there
// by whoever builds the world; the API only reads it, except for publishing to a topic, and receiving and purging from a
// queue. What is regional on AWS is regional here: from another region it is not there.
//
// It must never be kinder than AWS: what AWS refuses is refused here, with the same error type, and so is what a stand-in
// does not know. Signatures are not checked; they only tell who calls, for which service, and which region is meant.
package awslocal
