# Both roles for one repository.

module "runner_role" {
  source          = "./runner-role"
  repository_arns = ["arn:aws:ecr:eu-west-1:123456789012:repository/group/app"]
}

module "gitlab_oidc_role" {
  source          = "./gitlab-oidc-role"
  gitlab_host     = "gitlab.example.com"
  subjects        = ["project_path:group/app:ref_type:branch:ref:main", "project_path:group/app:ref_type:tag:ref:v*"]
  repository_arns = ["arn:aws:ecr:eu-west-1:123456789012:repository/group/app"]
  push            = true
}
