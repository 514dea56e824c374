namespace CredHelper.Scenarios.Runner;

/// <summary>An expectation of a scenario failed; the message describes the actual result.</summary>
public sealed class ScenarioFailedException(string message) : Exception(message);
