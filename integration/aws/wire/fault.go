package wire

// Faults holds the faults of a stand-in. Matching calls use up each fault, the first match first. The zero value is empty; its
// owner locks it.
type Faults[Call any] struct{ all []*fault[Call] }

type fault[Call any] struct {
	fits    func(Call) bool
	times   int
	failure *Failure // nil: the reply is lost
}

// Fail makes the next matching calls fail.
func (f *Faults[Call]) Fail(times int, failure Failure, fits func(Call) bool) {
	f.all = append(f.all, &fault[Call]{fits, times, &failure})
}

// LoseReply drops the replies of the next matching calls.
func (f *Faults[Call]) LoseReply(times int, fits func(Call) bool) {
	f.all = append(f.all, &fault[Call]{fits, times, nil})
}

// Failure returns a call's failure; nil if there is none.
func (f *Faults[Call]) Failure(c Call) *Failure {
	if taken := f.take(c, func(each *fault[Call]) bool { return each.failure != nil }); taken != nil {
		return taken.failure
	}
	return nil
}

// Lost reports whether a call's reply is dropped.
func (f *Faults[Call]) Lost(c Call) bool {
	return f.take(c, func(each *fault[Call]) bool { return each.failure == nil }) != nil
}

func (f *Faults[Call]) take(c Call, kind func(*fault[Call]) bool) *fault[Call] {
	for _, each := range f.all {
		if each.times > 0 && kind(each) && each.fits(c) {
			each.times--
			return each
		}
	}
	return nil
}
