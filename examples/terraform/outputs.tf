output "stack" {
  description = "The outputs of the stack, for example the ARN of the alert topic."
  value       = aws_cloudformation_stack.eks_scaling.outputs
}
