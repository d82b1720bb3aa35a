package wire

// Faults are what a stand-in was told to do wrong. Each is used up by the calls that it fits; the first that fits is used up
// first. The zero value has none; its owner locks it.
type Faults[Call any] struct{ all []*fault[Call] }

type fault[Call any] struct {
	fits    func(Call) bool
	times   int
	failure *Failure // nil: the reply is lost
}

// Fail lets the next so many calls that fit fail.
func (f *Faults[Call]) Fail(times int, failure Failure, fits func(Call) bool) {
	f.all = append(f.all, &fault[Call]{fits, times, &failure})
}

// LoseReply lets the reply of the next so many calls that fit be lost.
func (f *Faults[Call]) LoseReply(times int, fits func(Call) bool) {
	f.all = append(f.all, &fault[Call]{fits, times, nil})
}

// Failure is how a call has to fail; nil when it need not.
func (f *Faults[Call]) Failure(c Call) *Failure {
	if taken := f.take(c, func(each *fault[Call]) bool { return each.failure != nil }); taken != nil {
		return taken.failure
	}
	return nil
}

// Lost says whether the reply of a call has to be lost.
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
