package health

// Subscription receives alerts.
type Subscription struct {
	Protocol  string // such as email
	Endpoint  string // such as the address
	Confirmed bool   // otherwise SNS sends nothing to it
}
