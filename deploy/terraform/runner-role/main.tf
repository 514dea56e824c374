# The role of a GitLab runner on EC2: job images are pulled by the manager as this role, which the helper gets from the
# instance metadata service.

terraform {
  required_version = ">= 1.3"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 4.0"
    }
  }
}

variable "name" {
  description = "Name of the role and of the instance profile"
  type        = string
  default     = "gitlab-runner-ecr"
}

variable "repository_arns" {
  description = "Repositories that may be pulled"
  type        = list(string)
}

module "ecr_access" {
  source          = "../ecr-access"
  repository_arns = var.repository_arns
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "ecr" {
  name   = "ecr-pull"
  role   = aws_iam_role.this.id
  policy = module.ecr_access.json
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = aws_iam_role.this.name
}

# For the instance: iam_instance_profile, and with docker a hop limit of 2 only if jobs in containers need the role, too.
output "instance_profile" {
  description = "Name of the instance profile"
  value       = aws_iam_instance_profile.this.name
}

output "role_arn" {
  description = "ARN of the role"
  value       = aws_iam_role.this.arn
}
