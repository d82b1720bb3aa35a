// Package sts fakes AWS STS in every region: who calls, and who may assume which role. It decides by the trust policies of roles and the
// policies of callers, as IAM has them.
//
// It must never give a session that AWS would refuse. It checks no signatures; it only takes the access key ID from them. Sessions
// never expire, because their callers compare the time of expiry with another clock.
package sts
