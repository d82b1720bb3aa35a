package explore

import "crypto/sha256"

// store numbers values: equal keys have equal numbers.
type store[T any] struct {
	ids map[[sha256.Size]byte]int32
	all []T
}

func newStore[T any]() store[T] {
	return store[T]{ids: map[[sha256.Size]byte]int32{}}
}

func (s *store[T]) add(key []byte, value T) int32 {
	sum := sha256.Sum256(key)
	if id, known := s.ids[sum]; known {
		return id
	}
	id := int32(len(s.all))
	s.ids[sum], s.all = id, append(s.all, value)
	return id
}
