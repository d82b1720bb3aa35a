package main

import "errors"

func check(folder, second string) error { return errors.New("todo") }
