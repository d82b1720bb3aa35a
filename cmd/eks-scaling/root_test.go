package main

func init() { newTool = newRoot }
