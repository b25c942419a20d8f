# misconception: course_lib's cell and loop do the work
# loses: layer_test layer_bias_hidden layer_values_hidden layer_state_hidden layer_learns_hidden
# %% layer
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size, forget_bias=1.0):
        from course_lib.cells import LSTMCell

        super().__init__()
        self.cell = LSTMCell(input_size, hidden_size)
        nn.init.zeros_(self.cell.from_x.bias)
        nn.init.constant_(self.cell.from_x.bias[hidden_size : 2 * hidden_size], forget_bias)

    def forward(self, x, state=None):
        from course_lib import recurrent

        return recurrent.unroll(self.cell, x, state)
